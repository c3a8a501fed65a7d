"""Tables of people, their sessions, and what proves that they are who they say."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from .rules import PURPOSES, ROLES


class Person(Base):
    """Somebody with an account. It is made when the mailbox is proved, never before."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", "email"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    # The language that mails are written in.
    language: Mapped[str] = mapped_column(String(2))
    # Empty: nobody gets in by a password, until one is chosen by a mailed code.
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    # The second factor's secret is made of this and the shop's own key: a stolen table holds none. Empty: none is set.
    totp_salt: Mapped[str] = mapped_column(String(64), default="")
    # The last 30-second step whose code was used: it and those before it are dead.
    totp_step: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    role_rows: Mapped[list["PersonRole"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PersonRole.role"
    )

    @property
    def roles(self) -> frozenset[str]:
        """Some of `rules.ROLES`."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def is_operator(self) -> bool:
        return "operator" in self.roles

    @property
    def has_second_factor(self) -> bool:
        return bool(self.totp_salt)


class PersonRole(Base):
    """What somebody may do beyond buying."""

    __tablename__ = "person_role"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", "role"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Address(Base):
    """Where somebody has parcels sent, to be chosen again in the checkout."""

    __tablename__ = "address"
    __table_args__ = (Index("ix_address_person_id_used_at", "person_id", "used_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    street: Mapped[str] = mapped_column(String(200))
    street_more: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    # When it was last chosen or changed: the latest is offered first.
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One session of one browser. Its token is in that browser's cookie; here is only its SHA-256."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person_id", "person_id"), Index("ix_sign_in_began_at", "began_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # In words, for the list of sessions: "Firefox, Android".
    browser: Mapped[str] = mapped_column(String(80), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class MailedCode(Base):
    """A code on its way through a mailbox. It counts only in the browser that asked for it, which holds the key.

    There is a row also where the mail says "you have an account already" or "you have none": nobody sees a difference.
    """

    __tablename__ = "mailed_code"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", "purpose"),
        CheckConstraint("tries >= 0", "tries"),
        Index("ix_mailed_code_made_at", "made_at"),
        Index("ix_mailed_code_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(String(254))
    # Whose password or address it changes; nobody's for a sign-up, or where there is no such account.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    # Made with the shop's key. Empty: no code was mailed, and none will do.
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    # What a sign-up will make once the mailbox is proved.
    name: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WrongTries(Base):
    """How often somebody was wrong about one account, and when the next try is taken. Whose it is stays a hash."""

    __tablename__ = "wrong_tries"
    __table_args__ = (CheckConstraint("count >= 0", "count"), Index("ix_wrong_tries_last_at", "last_at"))

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A way in for somebody whose second factor is lost: shown once, kept as a hash, good for one time."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

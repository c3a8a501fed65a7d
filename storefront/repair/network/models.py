"""Tables of the repairers, and of the places that people live at."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.database import Base, BigId, UtcDateTime
from .rules import AT_HOME, CATEGORIES, DROP_OFF, MAIL_IN, OUTCOMES, REPAIRED_THINGS, STANDINGS, Point


class Repairer(Base):
    """Somebody who repairs devices. Shown to customers while verified, and until `verified_until` only."""

    __tablename__ = "repairer"
    __table_args__ = (
        CheckConstraint(f"standing IN {STANDINGS}", "standing"),
        CheckConstraint("standing <> 'verified' OR verified_until IS NOT NULL", "verified_until"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", "place"),
        CheckConstraint("email = lower(email)", "email"),
        CheckConstraint("risk BETWEEN 0 AND 1", "risk"),
        CheckConstraint("(source = '') = (source_id IS NULL)", "source"),
        # All that `nearest` asks of many rows: the rows themselves are wide, and are read for the few that are shown.
        Index(
            "ix_repairer_near",
            "standing",
            "lat",
            "lon",
            "verified_until",
            "bonus_label",
            "drop_off",
            "mail_in",
            "at_home",
            "risk",
        ),
        Index("ix_repairer_standing_risk_id", "standing", "risk", "id"),
        Index("ix_repairer_name_id", "name", "id"),
        Index("ix_repairer_email", "email"),
        Index("ix_repairer_register_number", "register_number"),
        Index("uq_repairer_source_source_id", "source", "source_id", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # Where referrals are mailed to. Empty for whoever a directory brought in without one.
    email: Mapped[str] = mapped_column(String(254), default="")
    # The language that mails to it are written in.
    language: Mapped[str] = mapped_column(String(2), default="fr")
    phone: Mapped[str] = mapped_column(String(40), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2))
    lat: Mapped[float]
    lon: Mapped[float]
    # SIRET in France, elsewhere what the country calls a firm by; digits and letters only.
    register_number: Mapped[str] = mapped_column(String(40), default="")
    standing: Mapped[str] = mapped_column(String(12))
    verified_until: Mapped[date | None]
    # When the repairer was last told that its verification ends: once for each end.
    reminded_of: Mapped[date | None]
    bonus_label: Mapped[bool] = mapped_column(default=False)
    drop_off: Mapped[bool] = mapped_column(default=False)
    mail_in: Mapped[bool] = mapped_column(default=False)
    at_home: Mapped[bool] = mapped_column(default=False)
    hours: Mapped[str] = mapped_column(Text, default="")
    # Two-letter codes with a space between: "fr en".
    languages: Mapped[str] = mapped_column(String(60), default="")
    insurer: Mapped[str] = mapped_column(String(120), default="")
    insurance_policy: Mapped[str] = mapped_column(String(60), default="")
    # Where an imported one comes from, its id there, and whom to name beside it.
    source: Mapped[str] = mapped_column(String(40), default="")
    source_id: Mapped[str | None] = mapped_column(String(80))
    licence_note: Mapped[str] = mapped_column(String(300), default="")
    # Agreed to be shown; and proved the mailbox, without which no application is looked at.
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Raised by each change by hand: who edits names the one that the page showed.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # What `quality.refresh` made of the record when it was last looked at.
    finished: Mapped[int] = mapped_column(default=0, server_default="0")
    bad: Mapped[float] = mapped_column(default=0.0, server_default="0")
    risk: Mapped[float]
    # Name, town, postcode, mail and numbers, folded (`core.folding`): what the desk finds it by.
    search_text: Mapped[str] = mapped_column(String(700), default="")

    categories: Mapped[list["RepairerCategory"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="RepairerCategory.category"
    )
    prices: Mapped[list["RepairerPrice"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="RepairerPrice.id"
    )

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)

    @property
    def ways(self) -> tuple[str, ...]:
        """Some of `rules.WAYS`, in their order."""
        offered = {DROP_OFF: self.drop_off, MAIL_IN: self.mail_in, AT_HOME: self.at_home}
        return tuple(way for way, offers in offered.items() if offers)


class RepairerCategory(Base):
    """What a repairer repairs."""

    __tablename__ = "repairer_category"
    __table_args__ = (CheckConstraint(f"category IN {REPAIRED_THINGS}", "category"),)

    repairer_id: Mapped[int] = mapped_column(ForeignKey("repairer.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)


class RepairerPrice(Base):
    """What a repairer says that repairing a fault costs, with parts and VAT: from, to."""

    __tablename__ = "repairer_price"
    __table_args__ = (
        CheckConstraint(f"category IN {CATEGORIES}", "category"),
        CheckConstraint("low_minor > 0 AND low_minor <= high_minor", "range"),
        Index("uq_repairer_price_repairer_category_fault", "repairer_id", "category", "fault", unique=True),
        Index("ix_repairer_price_category_fault", "category", "fault"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    repairer_id: Mapped[int] = mapped_column(ForeignKey("repairer.id", ondelete="CASCADE"))
    category: Mapped[str] = mapped_column(String(20))
    fault: Mapped[str] = mapped_column(String(40))
    low_minor: Mapped[int] = mapped_column(BigId)
    high_minor: Mapped[int] = mapped_column(BigId)
    said_on: Mapped[date]


class SettledQuote(Base):
    """What a customer agreed to pay for a repair; `reference` makes noting it twice harmless."""

    __tablename__ = "settled_quote"
    __table_args__ = (
        CheckConstraint(f"category IN {CATEGORIES}", "category"),
        CheckConstraint("price_minor > 0", "price"),
        Index("uq_settled_quote_repairer_id_reference", "repairer_id", "reference", unique=True),
        Index("ix_settled_quote_category_fault", "category", "fault"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    repairer_id: Mapped[int] = mapped_column(ForeignKey("repairer.id", ondelete="CASCADE"))
    reference: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(20))
    fault: Mapped[str] = mapped_column(String(40))
    price_minor: Mapped[int] = mapped_column(BigId)
    settled_on: Mapped[date]


class RepairEntry(Base):
    """How one referral of a repairer ended, or how it was rated; `reference` makes telling it twice harmless."""

    __tablename__ = "repair_entry"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", "outcome"),
        Index("uq_repair_entry_repairer_id_reference", "repairer_id", "reference", unique=True),
        Index("ix_repair_entry_repairer_id_ended_on", "repairer_id", "ended_on"),
        Index("ix_repair_entry_ended_on", "ended_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    repairer_id: Mapped[int] = mapped_column(ForeignKey("repairer.id", ondelete="CASCADE"))
    reference: Mapped[str] = mapped_column(String(80))
    ended_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(20))
    # What the customer wrote with a rating; shown on the repairer's page unless the desk hides it.
    words: Mapped[str] = mapped_column(String(500), default="")
    hidden: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RepairerEvent(Base):
    """A line of a repairer's log: who did what, when and why. Nobody's, when it was the repairer or a file."""

    __tablename__ = "repairer_event"
    __table_args__ = (
        CheckConstraint(f"to_standing IN {STANDINGS}", "to_standing"),
        Index("ix_repairer_event_repairer_id_id", "repairer_id", "id"),
        Index("ix_repairer_event_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    repairer_id: Mapped[int] = mapped_column(ForeignKey("repairer.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # `applied`, `edited`, or one of `rules.MOVES`.
    what: Mapped[str] = mapped_column(String(12))
    to_standing: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    # What was ticked when it was verified, with a space between.
    checked: Mapped[str] = mapped_column(String(200), default="")


class TownName(Base):
    """A name of a town, folded for looking up; a town known by several names has several rows."""

    __tablename__ = "town_name"
    __table_args__ = (Index("ix_town_name_country_folded", "country", "folded"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # The town's number at GeoNames.
    town: Mapped[int] = mapped_column(BigId)
    country: Mapped[str] = mapped_column(String(2))
    folded: Mapped[str] = mapped_column(String(120))
    # As the town itself is written, whichever of its names this row is for.
    name: Mapped[str] = mapped_column(String(120))
    population: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]


class Postcode(Base):
    """The middle of a postcode's places, and the name of one of them."""

    __tablename__ = "postcode"

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    # Folded, with neither spaces nor hyphens.
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    lat: Mapped[float]
    lon: Mapped[float]

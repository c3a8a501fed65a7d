"""Two sides press at once: one outcome; beside it the negative control, without which it could not fail."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.core.database import db, transaction
from storefront.repair.referrals import actions
from storefront.repair.referrals.errors import ReferralRefused
from storefront.repair.referrals.handing import Compared
from storefront.repair.referrals.models import Referral, ReferralEvent
from storefront.repair.referrals.queries import repairer_by_id
from tests.factories import NOW, make_repairer

from .makers import make_asking, make_case, make_referral

PAIRS = 4


def race(app: Flask, *presses: Callable[[], None]) -> None:
    """Let everybody press at the same moment."""
    start = threading.Barrier(len(presses))

    def run(press: Callable[[], None]) -> None:
        with app.app_context():
            start.wait()
            press()
            db.session.remove()

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def referral_id(app) -> int:
    with app.app_context():
        made = make_referral().id
        db.session.commit()
        return made


def test_one_form_sent_at_once_is_one_referral(app):
    with app.app_context():
        repairer_id = make_repairer().id
        db.session.commit()
    asking, made = make_asking(), []

    def press() -> None:
        with transaction():
            repairer = repairer_by_id(repairer_id)
            referral = actions.refer(
                case=make_case(), asking=asking, repairer=repairer, compared=Compared(), now=NOW
            )
            made.append(referral.id)

    race(app, *[press] * PAIRS)
    assert (len(made), len(set(made))) == (PAIRS, 1)


def test_two_verbs_at_once_have_one_outcome(app, referral_id):
    refused, ended = [], []

    def press(verb: Callable[..., None], **values: object) -> Callable[[], None]:
        def pressed() -> None:
            try:
                with transaction():
                    verb(referral_id=referral_id, now=NOW, **values)
                ended.append(verb.__name__)
            except ReferralRefused:
                refused.append(verb.__name__)

        return pressed

    presses = [press(actions.cancel), press(actions.decline, note="No time")] * PAIRS
    race(app, *presses)
    with app.app_context():
        state = db.session.get_one(Referral, referral_id).state
        changes = db.session.scalars(
            sa.select(ReferralEvent.to_state).where(ReferralEvent.to_state.not_in(("", "sent")))
        ).all()
    assert (len(ended), len(refused)) == (1, 2 * PAIRS - 1)
    assert [state] == list(changes) == [{"cancel": "cancelled", "decline": "declined"}[ended[0]]]


def test_without_the_lock_both_think_they_ended_it(app, referral_id):
    everybody_looked = threading.Barrier(2 * PAIRS)
    ended = []

    def press() -> None:
        state = db.session.get_one(Referral, referral_id).state
        db.session.rollback()
        everybody_looked.wait()
        if state == "sent":
            with transaction():
                db.session.execute(
                    sa.update(Referral).where(Referral.id == referral_id).values(state="declined")
                )
            ended.append(True)

    race(app, *[press] * (2 * PAIRS))
    assert len(ended) > 1


def test_one_case_is_handed_on_once(app):
    with app.app_context():
        first = make_referral()
        actions.decline(referral_id=first.id, note="No time", now=NOW)
        first_id = first.id
        others = [make_repairer().id for _ in range(PAIRS)]
        db.session.commit()
    made = set()

    def press(repairer_id: int) -> Callable[[], None]:
        def pressed() -> None:
            with transaction():
                repairer = repairer_by_id(repairer_id)
                made.add(actions.hand_on(referral_id=first_id, repairer=repairer, way="drop_off", now=NOW).id)

        return pressed

    race(app, *(press(repairer_id) for repairer_id in others))
    assert len(made) == 1

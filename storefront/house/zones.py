"""Shipping zones: where parcels go, and what they cost by weight."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from ..config import Name
from ..core.database import db
from ..core.errors import FormInvalid
from .changes import next_version, tell
from .errors import HouseRefused
from .forms import ZoneForm
from .models import ShippingCountry, ShippingMethod, ShippingStep, ShippingZone
from .rules import Method
from .running import current_house, start_settings, tariff_of_settings

# What the zones speak of in the place of the settings.
REPLACED: tuple[Name, ...] = tuple(
    ("shipping", name) for name in ("standard", "standard_days", "express", "express_days", "countries")
)


def start_zones(*, person_id: int | None, now: datetime) -> int:
    """Make zones of the shop's own: the first is what the settings say, so that nothing changes for anybody yet.

    Returns its id. Raises `HouseRefused` when there are zones already, or the environment gives the prices.
    """
    fixed = [name for name in REPLACED if name in start_settings().fixed]
    if fixed:
        raise HouseRefused(_("Shipping is set by whoever runs the machine, not here."))
    version = next_version()
    if db.session.scalar(select(ShippingZone.id).limit(1)) is not None:
        raise HouseRefused(_("There are zones already. Please look at them."))
    usual = tariff_of_settings(current_house().settings).zones[0]
    zone = ShippingZone(name=_("Main zone"), version=version, changed_at=now, person_id=person_id)
    zone.countries = [ShippingCountry(code=code) for code in usual.countries]
    zone.methods = [_row(method) for method in usual.methods]
    db.session.add(zone)
    tell()
    return zone.id


def end_zones(*, seen: int) -> None:
    """Let the settings say again where parcels go and what that costs. Raises `HouseRefused`, as `save_zone`."""
    next_version()
    for zone in db.session.scalars(select(ShippingZone)):
        _check_not_overtaken(zone, seen)
        db.session.delete(zone)
    tell()


def save_zone(form: ZoneForm, *, zone_id: int | None, seen: int, person_id: int | None, now: datetime) -> int:
    """Change a zone, or make one (`zone_id` none); a country that another zone had moves here. Returns its id.

    Raises `HouseRefused` when somebody else changed it since the version `seen`, or there are no zones yet;
    `FormInvalid` for a name that another zone has, or when the shop's own country would be left without a zone.
    """
    version = next_version()
    zones = {zone.id: zone for zone in db.session.scalars(select(ShippingZone).order_by(ShippingZone.id))}
    zone = _zone(zones, zone_id, seen)
    if any(other.name == form.name and other is not zone for other in zones.values()):
        raise FormInvalid({"name": _("Another zone has this name.")})
    zone.name, zone.version, zone.changed_at, zone.person_id = form.name, version, now, person_id
    zone.methods = []
    db.session.add(zone)
    # What was is gone before what comes: a method may be there once.
    db.session.flush()
    zone.methods = [_row(method) for method in form.methods]
    _move_countries(zones, zone, form.countries, seen)
    tell()
    return zone.id


def remove_zone(zone_id: int, *, seen: int) -> None:
    """Parcels no longer go to its countries. Raises `HouseRefused`."""
    next_version()
    zone = db.session.get(ShippingZone, zone_id)
    if zone is None:
        raise HouseRefused(_("This zone is gone already."))
    _check_not_overtaken(zone, seen)
    if current_house().settings.shop.country in [country.code for country in zone.countries]:
        raise HouseRefused(_("The shop's own country is in this zone: it can't be removed."))
    db.session.delete(zone)
    tell()


def _zone(zones: dict[int, ShippingZone], zone_id: int | None, seen: int) -> ShippingZone:
    if not zones:
        raise HouseRefused(_("There are no zones yet. Please make the first one of the settings."))
    if zone_id is None:
        return ShippingZone()
    found = zones.get(zone_id)
    if found is None:
        raise HouseRefused(_("This zone is gone already."))
    _check_not_overtaken(found, seen)
    return found


def _move_countries(
    zones: dict[int, ShippingZone], zone: ShippingZone, wanted: tuple[str, ...], seen: int
) -> None:
    """Give the zone these countries and no others; those that lose one have changed, too."""
    rows = {row.code: row for row in db.session.scalars(select(ShippingCountry))}
    home = current_house().settings.shop.country
    if home not in wanted and (home not in rows or rows[home].zone_id == zone.id):
        raise FormInvalid({"countries": _("The shop's own country must be in one of the zones.")})
    for code in wanted:
        row = rows.get(code)
        if row is None:
            db.session.add(ShippingCountry(code=code, zone_id=zone.id))
        elif row.zone_id != zone.id:
            other = zones[row.zone_id]
            if other.version != zone.version:
                _check_not_overtaken(other, seen)
            other.version, row.zone_id = zone.version, zone.id
    for code, row in rows.items():
        if row.zone_id == zone.id and code not in wanted:
            db.session.delete(row)


def _check_not_overtaken(zone: ShippingZone, seen: int) -> None:
    if zone.version > seen:
        raise HouseRefused(
            _(
                "Somebody else has just changed the zone %(name)s. Nothing was saved; please look again.",
                name=zone.name,
            )
        )


def _row(method: Method) -> ShippingMethod:
    return ShippingMethod(
        code=method.code,
        travel_days=method.travel_days,
        free_from_minor=method.free_from_minor,
        steps=[
            ShippingStep(position=place, up_to_g=step.up_to_g, price_minor=step.price_minor)
            for place, step in enumerate(method.steps)
        ],
    )

"""A little map without a map: where repairers lie around a place, by distance and direction.

Rings stand for kilometres. It is drawn here, costs no request and no stranger's server, and says nothing that the list
beside it doesn't.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from ...catalog.drawings import document_uri
from ..network.rules import Point

# Half the picture's side and the outermost ring's radius, in its own units.
_MIDDLE, _OUTER = 100, 86
# What the outermost ring may stand for, in kilometres.
_RINGS = (1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60)


def ring_km(farthest: float) -> int:
    """What the outermost ring stands for, when the farthest lies so many kilometres away."""
    return next((ring for ring in _RINGS if farthest <= ring), _RINGS[-1])


def chart_uri(middle: Point, others: Sequence[Point], farthest: float) -> Markup:
    """The drawing as an address for `<img src>`; numbers as in the list, the nearest of those that overlap on top."""
    scale = _OUTER / ring_km(farthest)
    dots = "".join(
        _dot(number, *_place(middle, point, scale)) for number, point in reversed(list(enumerate(others, 1)))
    )
    rings = "".join(
        f"<circle cx='{_MIDDLE}' cy='{_MIDDLE}' r='{radius}'/>" for radius in (_OUTER, _OUTER // 2)
    )
    document = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {2 * _MIDDLE} {2 * _MIDDLE}'>"
        f"<g fill='none' stroke='#4f83d1' stroke-width='2' stroke-dasharray='4 5'>{rings}</g>"
        f"<path d='M{_MIDDLE} 84l16 14h-4v15h-24V98h-4z' fill='#ff5c39' stroke='#1d1a2f' stroke-width='3' "
        f"stroke-linejoin='round'/>"
        f"<g font-family='sans-serif' font-size='11' font-weight='700' text-anchor='middle'>{dots}</g></svg>"
    )
    return document_uri(document)


def _place(middle: Point, point: Point, scale: float) -> tuple[int, int]:
    """Where a point stands in the picture: north is up; what lies farther than the rings stands on their edge."""
    north = (point.lat - middle.lat) * 111.195
    east = ((point.lon - middle.lon + 180) % 360 - 180) * 111.195 * math.cos(math.radians(middle.lat))
    away = math.hypot(north, east) * scale
    shrink = scale * min(1.0, (_OUTER + 4) / away) if away else scale
    return round(_MIDDLE + east * shrink), round(_MIDDLE - north * shrink)


def _dot(number: int, x: int, y: int) -> str:
    return (
        f"<circle cx='{x}' cy='{y}' r='9' fill='#c8f04b' stroke='#1d1a2f' stroke-width='2'/>"
        f"<text x='{x}' y='{y + 4}' fill='#1d1a2f'>{number}</text>"
    )

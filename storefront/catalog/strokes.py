"""The strokes that all drawings are made of: boxes, dots, lines, fills, and a lit screen with its wallpaper."""

from zlib import crc32

from .shown import Drawing

INK = "#1d1a2f"
SUN = "#ffe27a"

# Wallpapers: what is behind, the hill in front, the thing in the sky.
_WALLPAPERS = (
    ("#bfe3ff", "#5fae8b", SUN),
    ("#ffd3e2", "#ff7a5c", "#fff8ec"),
    ("#d9d0ff", "#7f6bea", SUN),
    ("#c8f04b", "#35a07c", "#fff8ec"),
    (SUN, "#ff8a5c", "#d8364a"),
    ("#a6e6e2", "#4f83d1", "#fff8ec"),
    ("#3b3566", "#ff7aa8", SUN),
)


def rect(x: int, y: int, width: int, height: int, radius: int, fill: str = "none", more: str = "") -> str:
    return f"<rect x='{x}' y='{y}' width='{width}' height='{height}' rx='{radius}' fill='{fill}'{more}/>"


def dot(x: int, y: int, radius: int, fill: str = INK) -> str:
    return f"<circle cx='{x}' cy='{y}' r='{radius}' fill='{fill}'/>"


def line(path: str, more: str = "") -> str:
    return f"<path d='{path}'{more}/>"


def fill(path: str, fill: str) -> str:
    return f"<path d='{path}' fill='{fill}'/>"


def screen(drawing: Drawing, x: int, y: int, width: int, height: int, radius: int = 3) -> str:
    """A lit screen: sky, sun, hill; the outline comes last and tidies the corners."""
    seed = crc32(
        f"{drawing.kind}{drawing.height_mm}{drawing.width_mm}{drawing.lenses}{drawing.colour}".encode()
    )
    sky, hill, sun = _WALLPAPERS[seed % len(_WALLPAPERS)]
    rise = height * (3 + seed // 7 % 3) // 10
    sun_x = x + width * (3 + seed // 49 % 5) // 10
    ground, end = (
        f"M{x} {y + height - rise}q{width // 2}-{rise // 2} {width} {rise // 3}",
        y + height - radius,
    )
    return (
        f"<g stroke='none'>{rect(x, y, width, height, radius, sky)}"
        f"{dot(sun_x, y + height - rise - 2, min(width, height) // 6, sun)}"
        f"{fill(f'{ground}V{end}q0 {radius}-{radius} {radius}H{x + radius}q-{radius} 0-{radius}-{radius}z', hill)}</g>"
        f"{rect(x, y, width, height, radius)}"
    )

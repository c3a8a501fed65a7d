"""The shapes of the drawings, one function a kind of device: each gives a width, a height and its SVG elements.

Strokes and their ink are set once, around all shapes, by `drawings.py`.
"""

from collections.abc import Callable, Mapping

from .colours import UNKNOWN_COLOUR, colour
from .shown import Drawing
from .strokes import INK, SUN, dot, fill, line, rect, screen


def _size(drawing: Drawing, height: float, width: float) -> tuple[float, float]:
    """The device's size in millimetres, or the one given where it isn't known."""
    if drawing.height_mm > 0 and drawing.width_mm > 0:
        return drawing.height_mm, drawing.width_mm
    return height, width


def _bounded(value: float, low: int, high: int) -> int:
    return max(low, min(high, round(value)))


def _lenses(drawing: Drawing, right: int, top: int) -> str:
    """The cameras on a back whose upper right corner is given."""
    if drawing.lenses <= 1:
        return dot(right - 8, top + 9, 4)
    if drawing.lenses >= 3 and drawing.front in ("notch", "island"):
        corners = (
            ((-19, 8), (-19, 18), (-9, 13))
            if drawing.lenses == 3
            else ((-19, 8), (-19, 18), (-9, 8), (-9, 18))
        )
        dots = "".join(dot(right + x, top + y, 3) for x, y in corners)
        return rect(right - 26, top + 2, 24, 23, 7, "#fff", " fill-opacity='.25'") + dots
    dots = "".join(dot(right - 9, top + 10 + 10 * index, 3) for index in range(min(drawing.lenses, 4)))
    return (
        rect(right - 16, top + 3, 14, 4 + 10 * min(drawing.lenses, 4), 7, "#fff", " fill-opacity='.25'")
        + dots
    )


def _phone(drawing: Drawing) -> tuple[int, int, str]:
    tall, wide = _size(drawing, 155, 73)
    height, width = _bounded(tall * 0.62, 78, 108), _bounded(wide * 0.62, 38, 56)
    top, offset = (112 - height) // 2, width * 6 // 10
    right = offset + width + 2
    back = rect(offset + 2, top, width, height, 9, colour(drawing.colour)) + _lenses(drawing, right, top)
    return right + 2, 112, back + _front(drawing, 2, top, width, height)


def front_of(drawing: Drawing) -> str:
    """Only the front of a phone, from the origin."""
    tall, wide = _size(drawing, 155, 73)
    return _front(drawing, 0, 0, _bounded(wide * 0.62, 38, 56), _bounded(tall * 0.62, 78, 108))


def _front(drawing: Drawing, x: int, top: int, width: int, height: int) -> str:
    middle = x + width // 2
    if drawing.front in ("button", "bezel"):
        button = dot(middle, top + height - 6, 3, "#fff") if drawing.front == "button" else ""
        return (
            rect(x, top, width, height, 8, INK)
            + screen(drawing, x + 2, top + 10, width - 4, height - 21, 1)
            + button
        )
    cut = {
        "notch": line(f"M{middle - 8} {top + 2}h16", " stroke-width='6'"),
        "island": line(f"M{middle - 4} {top + 8}h8", " stroke-width='5'"),
        "hole": dot(middle, top + 7, 1),
    }.get(drawing.front, "")
    return screen(drawing, x, top, width, height, 9) + cut


def _tablet(drawing: Drawing) -> tuple[int, int, str]:
    tall, wide = _size(drawing, 245, 175)
    tall, wide = max(tall, wide), min(tall, wide)
    height, width = _bounded(tall * 0.4, 76, 112), _bounded(wide * 0.4, 50, 90)
    top = (116 - height) // 2
    body = rect(2, top, width, height, 7, colour(drawing.colour))
    edge = 10 if drawing.front == "button" else 5
    button = dot(2 + width // 2, top + height - 5, 2) if drawing.front == "button" else ""
    return width + 4, 116, body + screen(drawing, 7, top + edge, width - 10, height - 2 * edge, 2) + button


def _e_reader(drawing: Drawing) -> tuple[int, int, str]:
    lines = "".join(f"M17 {y}h{46 if y % 22 else 30}" for y in range(30, 88, 11))
    page = rect(10, 12, 60, 84, 2, "#fdf6e3") + line("M17 20h24" + lines, " stroke-width='2'")
    return 80, 112, rect(2, 2, 76, 108, 8, colour(drawing.colour)) + page


def _laptop(drawing: Drawing) -> tuple[int, int, str]:
    deep, wide = _size(drawing, 220, 310)
    width = _bounded(wide * 0.32, 82, 116)
    height = _bounded(width * deep / wide, 54, 80)
    left, top = (140 - width) // 2, 86 - height
    shell = colour(drawing.colour)
    lid = rect(left, top, width, height + 4, 6, shell) + screen(
        drawing, left + 5, top + 5, width - 10, height - 8, 2
    )
    base = fill(f"M{left - 10} 86h{width + 20}v3q0 7-7 7H{left - 3}q-7 0-7-7z", shell) + line(
        "M60 87h20", " stroke-width='5'"
    )
    return 140, 100, lid + base


def _desktop(drawing: Drawing) -> tuple[int, int, str]:
    tall, wide = _size(drawing, 330, 170)
    case = colour(drawing.colour)
    if tall < 120:
        deep = _bounded(tall * 0.4, 22, 40)
        return (
            120,
            60,
            rect(4, 50 - deep, 112, deep, 8, case)
            + dot(100, 50 - deep // 2, 2, "#c8f04b")
            + line("M18 54h84"),
        )
    if wide > tall:  # all in one: the computer is its screen
        foot = fill("M46 92h36l6 12H40z", case)
        return 128, 108, foot + rect(4, 4, 120, 88, 6, case) + screen(drawing, 10, 10, 108, 62, 2)
    width = _bounded(100 * wide / tall, 30, 70)
    slots = line(
        f"M14 16h{width - 20}M14 26h{width - 20}M14 84h{width - 20}M14 92h{width - 20}", " stroke-width='2'"
    )
    return width + 8, 108, rect(4, 4, width, 100, 6, case) + slots + dot(4 + width // 2, 44, 5, "#c8f04b")


def _monitor(drawing: Drawing) -> tuple[int, int, str]:
    stand = fill("M58 78h20l4 22H54z", colour(drawing.colour)) + line("M44 101h48", " stroke-width='5'")
    return 136, 106, stand + screen(drawing, 4, 4, 128, 76, 5)


def _tv(drawing: Drawing) -> tuple[int, int, str]:
    return (
        152,
        100,
        line("M34 86l-8 10M118 86l8 10", " stroke-width='4'") + screen(drawing, 3, 3, 146, 82, 3),
    )


def _handheld(drawing: Drawing) -> tuple[int, int, str]:
    both = [part for part in drawing.colour.lower().split(" and ") if part]
    right, left = colour(both[0]) if both else UNKNOWN_COLOUR, colour(both[-1]) if both else UNKNOWN_COLOUR
    grips = fill("M36 6H20Q4 6 4 22v28q0 16 16 16h16z", left) + fill(
        "M114 6h16q16 0 16 16v28q0 16-16 16h-16z", right
    )
    keys = (
        dot(20, 24, 6)
        + dot(130, 48, 6)
        + dot(130, 20, 2)
        + dot(130, 32, 2)
        + dot(124, 26, 2)
        + dot(136, 26, 2)
    )
    cross = line("M20 42v10M15 47h10", " stroke-width='4'")
    return 150, 72, grips + screen(drawing, 34, 6, 82, 60, 3) + keys + cross


def _home_console(drawing: Drawing) -> tuple[int, int, str]:
    tall, wide = _size(drawing, 60, 300)
    case = colour(drawing.colour)
    if tall > 150:
        width = _bounded(80 * wide / tall, 28, 56)
        box = (
            rect(6, 6, width, 92, 6, case)
            + line(f"M{6 + width // 2} 16v22")
            + dot(6 + width // 2, 88, 2, "#c8f04b")
        )
        left = 4 + width
    else:
        box = rect(6, 14, 108, 30, 5, case) + line("M18 29h44") + dot(102, 29, 2, "#c8f04b")
        left = 34
    pad = f"M{left + 16} 60h40q14 0 18 22 3 18-7 18-8 0-13-10H{left + 18}q-5 10-13 10-10 0-7-18 4-22 18-22z"
    keys = dot(left + 19, 74, 5) + dot(left + 53, 74, 5) + line(f"M{left + 33} 72h6")
    return max(120, left + 82), 106, box + fill(pad, case) + keys


def _watch(drawing: Drawing) -> tuple[int, int, str]:
    tall, wide = _size(drawing, 44, 38)
    case = colour(drawing.colour)
    strap = fill("M24 34l4-30h28l4 30M24 78l4 30h28l4-30", case)
    if abs(tall - wide) < 2:
        face = dot(42, 56, 33, case) + dot(42, 56, 25, "#3b3566")
    else:
        face = rect(10, 24, 64, 64, 18, case) + rect(17, 31, 50, 50, 12, "#3b3566")
    hands = line("M42 40v16l11 7", f" stroke='{SUN}' stroke-width='4'")
    return 88, 112, strap + face + hands + line("M78 48v10", " stroke-width='5'")


def _earbuds(drawing: Drawing) -> tuple[int, int, str]:
    shell = colour(drawing.colour)
    case = rect(22, 52, 76, 48, 22, shell) + line("M22 70h76M56 78h8")
    left = fill("M26 8q16-6 20 8 2 10-6 14l-1 16h-8l-2-18q-14-8-3-20z", shell)
    right = fill("M94 8q-16-6-20 8-2 10 6 14l1 16h8l2-18q14-8 3-20z", shell)
    return 120, 104, left + right + case + dot(40, 18, 2) + dot(80, 18, 2)


def _headphones(drawing: Drawing) -> tuple[int, int, str]:
    shell = colour(drawing.colour)
    band = line("M20 66V52a36 36 0 0 1 72 0v14", " stroke-width='10'")
    inner = line("M20 66V52a36 36 0 0 1 72 0v14", f" stroke='{shell}' stroke-width='4'")
    return 112, 108, band + inner + rect(6, 58, 28, 44, 12, shell) + rect(78, 58, 28, 44, 12, shell)


def _speaker(drawing: Drawing) -> tuple[int, int, str]:
    tall, wide = _size(drawing, 160, 110)
    width = _bounded(90 * wide / tall, 44, 130)
    height = _bounded(width * tall / wide, 44, 96)
    ring = min(width, height) * 3 // 10
    cone = dot(4 + width // 2, 4 + height // 2, ring) + dot(4 + width // 2, 4 + height // 2, ring // 2, SUN)
    return width + 8, height + 8, rect(4, 4, width, height, 14, colour(drawing.colour)) + cone


def _vacuum(drawing: Drawing) -> tuple[int, int, str]:
    shell = colour(drawing.colour)
    stick = line("M78 34L34 92", " stroke-width='9'") + line(
        "M78 34L34 92", f" stroke='{SUN}' stroke-width='4'"
    )
    body = (
        rect(66, 10, 36, 28, 12, shell)
        + dot(84, 24, 7, "#bfe3ff")
        + line("M100 14q16 8 6 26", " stroke-width='5'")
    )
    return 120, 112, stick + body + fill("M12 92h40l4 14H8z", shell)


def _washer(drawing: Drawing) -> tuple[int, int, str]:
    door = dot(44, 64, 24, "#fff8ec") + fill("M24 66q10-8 20 0t20 0q-2 18-20 18T24 66z", "#8cc7f5")
    front = rect(4, 4, 80, 102, 7, colour(drawing.colour)) + line("M4 28h80M14 16h20") + dot(70, 16, 5, SUN)
    return 88, 110, front + door


def _kitchen(drawing: Drawing) -> tuple[int, int, str]:
    shell = colour(drawing.colour)
    base = fill("M22 70h76l8 34H14z", shell) + dot(60, 87, 7, SUN)
    jug = fill("M28 22h64l-8 48H36z", "#d8eefc") + fill("M32 46q14-6 28 0t28 0l-4 24H36z", "#ff8a70")
    return 120, 110, jug + base + fill("M34 22l4-12h44l4 12z", shell) + line("M92 30h12q6 0 4 8l-3 14h-16")


def box(_drawing: Drawing) -> tuple[int, int, str]:
    face = line("M42 68v5M68 68v5M45 83q10 9 20 0")
    lid = fill("M4 36L22 12h66l18 24z", "#eac796") + fill("M44 12h22l4 40H40z", "#c8f04b")
    return 110, 108, rect(8, 36, 94, 68, 4, "#d9ae74") + lid + face


KINDS: Mapping[str, Callable[[Drawing], tuple[int, int, str]]] = {
    "phone": _phone,
    "tablet": _tablet,
    "e-reader": _e_reader,
    "laptop": _laptop,
    "desktop": _desktop,
    "monitor": _monitor,
    "tv": _tv,
    "console-handheld": _handheld,
    "console-home": _home_console,
    "watch": _watch,
    "earbuds": _earbuds,
    "headphones": _headphones,
    "speaker": _speaker,
    "vacuum": _vacuum,
    "washer": _washer,
    "kitchen": _kitchen,
    "box": box,
}

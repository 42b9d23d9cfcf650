"""Reads QR codes back, by ISO/IEC 18004 and not by the library that made them: versions 1 to 6, undamaged, bytes."""

import re
from collections.abc import Iterator, Sequence

from pypdf import PageObject

# How many data codewords each block holds, by version, for levels M and Q.
_BLOCKS = {
    "M": {1: [16], 2: [28], 3: [44], 4: [32] * 2, 5: [43] * 2, 6: [27] * 4},
    "Q": {1: [13], 2: [22], 3: [17] * 2, 4: [24] * 2, 5: [15, 15, 16, 16], 6: [19] * 4},
}
_MASKS = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _column: row % 2 == 0,
    lambda _row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
Matrix = Sequence[Sequence[int]]


def codes_on(page: PageObject) -> list[str]:
    """Read every code that is drawn on a page, in the order in which they were drawn."""
    drawing = page.get_contents()
    assert drawing is not None
    shapes = re.split(rb"\bf\*?\b", drawing.get_data())
    found = [_rectangles(shape.decode("latin-1")) for shape in shapes]
    return [read(_matrix(rectangles)) for rectangles in found if rectangles]


def read(matrix: Matrix) -> str:
    """Read what a code says."""
    level, mask = _format(matrix)
    bits = "".join(str(bit) for bit in _data_bits(matrix, mask))
    version = (len(matrix) - 17) // 4
    codewords = [int(bits[place : place + 8], 2) for place in range(0, len(bits) - 7, 8)]
    stream = "".join(f"{word:08b}" for word in _in_order(codewords, _BLOCKS[level][version]))
    assert stream[:4] == "0100", "not in byte mode"
    length = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * place : 20 + 8 * place], 2) for place in range(length)).decode()


def _rectangles(shape: str) -> list[tuple[float, ...]]:
    number = r"(-?[0-9.]+)"
    return [tuple(map(float, one)) for one in re.findall(rf"{number} {number} {number} {number} re", shape)]


def _matrix(rectangles: Sequence[tuple[float, ...]]) -> Matrix:
    """Put modules into rows: they are drawn with rows counted downwards."""
    left, top = min(one[0] for one in rectangles), min(one[1] for one in rectangles)
    across = round(max(x + width for x, _, width, _ in rectangles) - left)
    matrix = [[0] * across for _ in range(across)]
    for x, y, width, height in rectangles:
        assert height == 1
        for place in range(round(width)):
            matrix[round(y - top)][round(x - left) + place] = 1
    return matrix


def _format(matrix: Matrix) -> tuple[str, int]:
    bits = [matrix[8][column] for column in (0, 1, 2, 3, 4)]
    value = int("".join(map(str, bits)), 2) ^ 0b10101
    return {0b00: "M", 0b11: "Q"}[value >> 3], value & 7


def _data_bits(matrix: Matrix, mask: int) -> Iterator[int]:
    size = len(matrix)
    columns = [column for column in range(size - 1, 0, -2) if column > 6] + [5, 3, 1]
    for turn, right in enumerate(columns):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for row in rows:
            for column in (right, right - 1):
                if not _is_pattern(row, column, size):
                    yield matrix[row][column] ^ _MASKS[mask](row, column)


def _is_pattern(row: int, column: int, size: int) -> bool:
    if row == 6 or column == 6:
        return True
    if (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9):
        return True
    # The one alignment pattern of versions 2 to 6 lies around this place.
    return size > 21 and abs(row - (size - 7)) <= 2 and abs(column - (size - 7)) <= 2


def _in_order(codewords: Sequence[int], blocks: Sequence[int]) -> list[int]:
    found: list[list[int]] = [[] for _ in blocks]
    stream = iter(codewords)
    for place in range(max(blocks)):
        for block, length in zip(found, blocks, strict=True):
            if place < length:
                block.append(next(stream))
    return [word for block in found for word in block]

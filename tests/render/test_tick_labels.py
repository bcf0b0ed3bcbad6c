"""What stands at a tick is the number there."""

import pytest

from landscape.render.style.tick_labels import digits

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text):
    """The number that a label says: "0.02", "10⁻⁵", "5×10⁷"."""
    digit, _, power = text.rpartition("×")
    if not power.startswith("10") or power[2:].translate(RAISED) == power[2:]:
        return float(text)
    return float(digit or 1) * 10.0 ** int(power[2:].translate(RAISED))


@pytest.mark.parametrize("digit", [1, 2, 5])
def test_a_label_of_one_digit_says_its_number(digit):
    for power in range(-12, 13):
        tick = digit * 10.0**power
        label = digits(tick)
        assert read(label) == pytest.approx(tick, rel=1e-12), label
        assert ("10" in label and label != f"{tick:g}") == (not 1e-3 <= tick < 1e4), label

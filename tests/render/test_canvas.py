"""What a canvas mixes are the two colours in proportion, to the nearest number of 255."""

import numpy as np

from landscape.render.canvas.canvas import blend


def test_a_colour_is_mixed_into_another_in_proportion_to_how_much_it_covers():
    numbers = np.arange(256, dtype=np.uint16)
    under, cover = (each.astype(np.uint16) for each in np.meshgrid(numbers, numbers))
    for color in (0, 1, 127, 254, 255):
        mixed = np.stack([under] * 3, axis=-1)
        blend(mixed, np.full(3, color, dtype=np.uint16), cover[..., None])
        exact = (under * (255.0 - cover) + color * cover) / 255.0
        assert np.abs(mixed - exact[..., None]).max() <= 0.5
    nothing, all_of_it = np.full((1, 1, 3), 77, np.uint16), np.full((1, 1, 3), 77, np.uint16)
    blend(nothing, np.array([1, 2, 3], np.uint16), np.zeros((1, 1, 1), np.uint16))
    blend(all_of_it, np.array([1, 2, 3], np.uint16), np.full((1, 1, 1), 255, np.uint16))
    assert (nothing.ravel().tolist(), all_of_it.ravel().tolist()) == ([77] * 3, [1, 2, 3])

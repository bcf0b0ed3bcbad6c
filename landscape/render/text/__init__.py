"""Words on pictures: captions, numbers, mathematics, fonts."""

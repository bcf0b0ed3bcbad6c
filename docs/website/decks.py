"""placeholder"""
def write_decks(decks, out):
    pass

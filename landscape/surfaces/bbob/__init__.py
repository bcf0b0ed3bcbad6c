"""The 24 functions of the BBOB test suite (Hansen, Finck, Ros and Auger 2009)."""

"""Rules that use curvature.

Newton's family, quasi-Newton, conjugate gradients, least squares, known curvature, line searches.
"""

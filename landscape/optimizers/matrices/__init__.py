"""Rules for matrices of parameters: orthogonalised, preconditioned, of low rank."""

"""Register to posts: one collector a platform, one recorded outcome an account."""

"""The synthetic council of the demonstration: a register, a year of posts, and their reader."""

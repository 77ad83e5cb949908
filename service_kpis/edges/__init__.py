"""The two edges of a run, checked with Great Expectations: what was loaded, what is about to be published."""

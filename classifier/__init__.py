"""Posts to findings to alerts: the text classifier, its training, its measurement and the scan."""

"""All SQL, one file a noun. Every function takes a connection from `data.store.engine.Store`."""

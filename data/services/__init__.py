"""What people may do, with the permission check, the transaction and the audit row in one place."""

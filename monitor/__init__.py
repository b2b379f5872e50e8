"""What is watched, stored, matched and owed: the product without a face."""

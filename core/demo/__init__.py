"""What the desk shows on its first day: people, customers, articles and conversations, written for this purpose."""

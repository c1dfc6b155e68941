"""The record room: tables and finders, one file a subject. It decides nothing."""

"""The record room: tables and finders, one file a subject. It stores and finds; it decides nothing."""

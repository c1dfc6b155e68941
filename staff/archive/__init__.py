"""Lưu trữ: old paper contracts, their scans, and typing them."""

"""How others read and write us: pure functions between neutral values and formats, one small file a format.

    bytes -> encoding -> webvtt | subrip | plain | cue_table -> Parsed(cues) -> cues.check_times -> actions
    bytes -> table -> manifest.read_row -> ManifestRow -> actions
    readings.Transcript -> webvtt | subrip | plain | cue_table -> text          readings.Testimony -> citations -> text

What may not live here: the database, files on disk, Flask, and anything of access but `readings`.
"""

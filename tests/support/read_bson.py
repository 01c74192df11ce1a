"""Prints what PyMongo's bson reads in a file: a line of JSON for each document, binaries as base64, integers as they are."""
import base64
import json
import sys

import bson


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"no field has a {type(value)}")


with open(sys.argv[1], "rb") as file:
    for document in bson.decode_file_iter(file):
        print(json.dumps(document, default=plain))

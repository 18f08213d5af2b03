import json
import os

with open(os.environ["APP_CONFIG"]) as file:
    print("Serving", json.load(file)["model"])

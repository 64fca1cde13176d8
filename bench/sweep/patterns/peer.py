"""What OASIS' own tools (PyPI stix2-matcher, stix2-patterns, pytest) say, one JSON line a question.

peer.py tests OUT        every call their own test suites make for STIX 2.1
peer.py ask CASES OUT    questions made by check.ts: {"pattern", "observations"}
"""
import json
import os
import sys

import pytest
import stix2matcher
import stix2matcher.matcher as matcher
import stix2patterns
import stix2patterns.validator as validator


def verdict(pattern, observations):
    try:
        return bool(original_match(pattern, observations, False, "2.1"))
    except Exception as error:
        return "error: " + type(error).__name__


original_match = matcher.match
original_validate = validator.validate


def tests(out):
    def match(pattern, observed_data_sdos, verbose=False, stix_version="2.0"):
        if stix_version == "2.1":
            out({"pattern": pattern, "observations": observed_data_sdos, "says": verdict(pattern, observed_data_sdos)})
        return original_match(pattern, observed_data_sdos, verbose, stix_version)

    def validate(user_input, stix_version="2.1", ret_errs=False, print_errs=False):
        if stix_version == "2.1":
            out({"pattern": user_input, "valid": original_validate(user_input, "2.1")})
        return original_validate(user_input, stix_version, ret_errs, print_errs)

    matcher.match = match
    validator.validate = validate
    for package in (stix2matcher, stix2patterns):
        pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", os.path.join(os.path.dirname(package.__file__), "test", "v21")])


def ask(cases, out):
    for line in open(cases, encoding="utf8"):
        case = json.loads(line)
        case["says"] = verdict(case["pattern"], case["observations"])
        case["valid"] = original_validate(case["pattern"], "2.1")
        out(case)


with open(sys.argv[-1], "w", encoding="utf8") as file:
    write = lambda value: file.write(json.dumps(value) + "\n")
    if sys.argv[1] == "tests":
        tests(write)
    else:
        ask(sys.argv[2], write)

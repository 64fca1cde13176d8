"""Verdicts of the OASIS validator (PyPI stix2-validator) as JSON lines, to be compared by crosscheck.ts.

    python verdicts.py SCHEMAS OUT [--tests CHECKOUT] [FILE...]

SCHEMAS: the schemas folder of cti-stix2-json-schemas (the PyPI package comes without it). FILE: bundles to judge.
--tests: a checkout of cti-stix-validator; its tests for STIX 2.1 are run and every object they hand in is judged.
A line: {"object": ..., "valid": bool, "errors": [...], "warnings": [codes]}; judged with the validator's defaults.
"""
import copy
import json
import os
import re
import shutil
import sys
import unittest

import stix2validator
from stix2validator import ValidationOptions, validator

schemas, out, *rest = sys.argv[1:]
home = os.path.dirname(stix2validator.__file__)
if not os.path.isdir(os.path.join(home, 'schemas-2.1')):
    shutil.copytree(schemas, os.path.join(home, 'schemas-2.1', 'schemas'))

handed_in = {}


def note(instance):
    try:
        handed_in.setdefault(json.dumps(instance, sort_keys=True), copy.deepcopy(instance))
    except (TypeError, ValueError):
        pass


if rest[:1] == ['--tests']:

    inner = validator.validate_instance

    def recording(instance, options=None):
        note(instance)
        return inner(instance, options)

    validator.validate_instance = recording
    sys.modules['stix2validator.test'] = type(sys)('stix2validator.test')
    sys.modules['stix2validator.test'].__path__ = [os.path.join(rest[1], 'stix2validator', 'test')]
    stix2validator.test = sys.modules['stix2validator.test']
    loader = unittest.TestLoader()
    folder = os.path.join(rest[1], 'stix2validator', 'test', 'v21')
    for name in sorted(os.listdir(folder)):
        if name.endswith('_tests.py'):
            suite = loader.loadTestsFromName('stix2validator.test.v21.' + name[:-3])
            unittest.TextTestRunner(stream=open(os.devnull, 'w')).run(suite)
    validator.validate_instance = inner
    rest = rest[2:]

for path in rest:
    with open(path) as file:
        note(json.load(file))

with open(out, 'w') as lines:
    for instance in handed_in.values():
        try:
            result = validator.validate_instance(copy.deepcopy(instance), ValidationOptions())
            errors = [str(e) for e in result.errors]
            codes = sorted(set(re.findall(r'\{(\d+)\}', ' '.join(str(w) for w in result.warnings))))
            lines.write(json.dumps({'object': instance, 'valid': result.is_valid, 'errors': errors, 'warnings': codes}) + '\n')
        except Exception as error:  # what the validator itself does not survive is no verdict
            lines.write(json.dumps({'object': instance, 'valid': None, 'errors': [repr(error)], 'warnings': []}) + '\n')

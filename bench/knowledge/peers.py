"""One measure of a Python peer, as a JSON line: python peers.py parse|validate BUNDLE.json [SCHEMAS]"""
import json
import os
import resource
import shutil
import sys
import time

what, path, *rest = sys.argv[1:]
started = time.process_time()
if what == 'parse':
    import stix2

    loaded = time.process_time()
    with open(path) as file:
        bundle = stix2.parse(file, allow_custom=True)
    objects = len(bundle.objects)
    valid = None
else:
    import stix2validator
    from stix2validator import ValidationOptions, validate_file

    home = os.path.dirname(stix2validator.__file__)
    if not os.path.isdir(os.path.join(home, 'schemas-2.1')):
        shutil.copytree(rest[0], os.path.join(home, 'schemas-2.1', 'schemas'))
    loaded = time.process_time()
    result = validate_file(path, ValidationOptions())
    with open(path) as file:
        objects = len(json.load(file)['objects'])
    valid = result.is_valid
now = time.process_time()
print(json.dumps({
    'objects': objects,
    'valid': valid,
    'seconds': now - loaded,
    'startSeconds': loaded - started,
    'maxRssMb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))

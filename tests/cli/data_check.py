#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check every table under data/ against src/domain/fields.def and data/SOURCES.md.

usage: data_check.py [SOURCE_DIR]
Each row of a kind that has the columns source, date and kind must fill them, with a known word for kind; headers must be
keys of fields.def with a unit where the key has one; names must be unique; references must exist in the table of their
case or in the shared one.  A table of a kind without these columns must be named in SOURCES.md.  Every rule of a case file
gives source, date and kind.  The chips and sites that the cases are about must be there.  Exit code 0 or 1.
"""
import csv
import os
import re
import sys

FIELD = re.compile(r'^FIELD\((\w+), (\w+), (\w+), "([^"]*)", "([^"]*)", [^,]+, [^,]+, "([^"]*)"')
KIND = re.compile(r'^KIND_BEGIN\((\w+), (\w+),')
DATE = re.compile(r'^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}Z)?)?)?$')

RULE = re.compile(r'\{ name = "(\w+)";\s*effect = .*?\}', re.S)
KINDS = ('measured', 'official', 'reported', 'estimated', 'assumed')
# A word of each: the chips from A100 to B300, what is sold to China, Ascend; the sites offshore, west and east.
CHIPS = ('A100', 'A800', 'H100', 'H800', 'H20', 'H200', 'B200', 'B300', 'GB200', 'GB300', '910B', '910C', '950PR', '950DT')
SITES = ('singapore', 'johor', 'batam', 'tokyo', 'abu_dhabi', 'dammam', 'zhongwei', 'qingyang', 'ulanqab', 'guian', 'beijing',
         'shanghai', 'shaoguan')


def read_fields(path):
    """plural -> {key: (type, unit, default, extra)}; and id -> plural."""
    kinds, plural_of, fields = {}, {}, None
    with open(path, encoding='utf-8') as f:
        for line in f:
            kind, field = KIND.match(line), FIELD.match(line)
            if kind:
                fields = kinds[kind.group(2)] = {}
                plural_of[kind.group(1)] = kind.group(2)
            elif field:
                fields[field.group(2)] = field.groups()[2:]
    return kinds, plural_of


class Checker:
    def __init__(self, root):
        self.root = root
        self.data = os.path.join(root, 'data')
        self.kinds, self.plural_of = read_fields(os.path.join(root, 'src', 'domain', 'fields.def'))
        with open(os.path.join(self.data, 'SOURCES.md'), encoding='utf-8') as f:
            self.sources = f.read()
        self.faults, self.rows, self.tables, self.n_rules = [], 0, 0, 0
        self.names = {}        # (folder, plural) -> names

    def fault(self, path, line, text):
        self.faults.append('%s:%d: error: %s' % (os.path.relpath(path, self.root), line, text))

    def tables_of(self):
        for folder, _, files in sorted(os.walk(self.data)):
            if os.path.relpath(folder, self.data) in ('calibration', 'import'):   # self.published(), self.foreign()
                continue
            for name in sorted(files):
                if name.endswith('.csv') and not name.startswith('roll_'):        # self.histories()
                    yield folder, name[:-4], os.path.join(folder, name)

    def header(self, path, plural, header):
        """Keys of the header, or None when the table cannot be read."""
        fields, keys = self.kinds[plural], []
        for cell in header:
            m = re.match(r'^(\w+)(?:\[([^\]]+)\])?$', cell)
            if m is None or m.group(1) not in fields:
                self.fault(path, 1, 'header "%s": not a key of %s' % (cell, plural))
                return None
            if bool(m.group(2)) != bool(fields[m.group(1)][1]):
                self.fault(path, 1, 'header "%s": the unit is %s' % (cell, fields[m.group(1)][1] or 'none'))
            keys.append(m.group(1))
        for key in ('source', 'date', 'kind'):
            if key in fields and key not in keys:
                self.fault(path, 1, 'column %s is missing' % key)
        for key, (_, _, default, _) in fields.items():
            if default == '!' and key not in keys:
                self.fault(path, 1, 'required column %s is missing' % key)
        if len(set(keys)) != len(keys):
            self.fault(path, 1, 'a column stands twice')
        return keys

    def cell(self, path, line, key, field, text):
        kind, unit, default, extra = field
        if text == '':
            if default == '!' or key in ('source', 'date', 'kind'):
                self.fault(path, line, '%s is empty' % key)
        elif kind in ('NUMBER', 'INTEGER'):
            try:
                float(text) if kind == 'NUMBER' else int(text)
            except ValueError:
                self.fault(path, line, '%s "%s" is not a number' % (key, text))
        elif kind == 'ENUM' and text not in extra.split('|'):
            self.fault(path, line, '%s "%s": allowed %s' % (key, text, extra))
        elif (kind == 'DATE' or key == 'date') and not DATE.match(text):
            self.fault(path, line, '%s "%s" is not a date' % (key, text))

    def known(self, folder, extra, text):
        plural = self.plural_of[extra]
        tables = [self.names.get((d, plural)) for d in (folder, self.data)]
        tables = [t for t in tables if t is not None]
        return not tables or any(text in t for t in tables)

    def table(self, folder, plural, path, second):
        with open(path, encoding='utf-8', newline='') as f:
            rows = list(csv.reader(f))
        keys = self.header(path, plural, rows[0]) if rows else None
        if not second and rows and keys is not None:
            where = keys.index('name') if 'name' in keys else -1
            self.names[folder, plural] = {r[where] for r in rows[1:] if 0 <= where < len(r)}
            return
        if not second:
            return
        self.tables += 1
        if keys is None or len(rows) < 2:
            self.fault(path, 1, 'empty table')
            return
        fields, seen = self.kinds[plural], set()
        if 'source' not in fields and os.path.relpath(path, self.data) not in self.sources:
            self.fault(path, 1, 'no source columns, and SOURCES.md does not name it')
        for line, row in enumerate(rows[1:], 2):
            self.rows += 1
            if len(row) != len(keys):
                self.fault(path, line, '%d cells under %d headers' % (len(row), len(keys)))
                continue
            for key, text in zip(keys, row):
                self.cell(path, line, key, fields[key], text)
                if fields[key][0] == 'REF' and text and not self.known(folder, fields[key][3], text):
                    self.fault(path, line, '%s "%s": no such %s' % (key, text, fields[key][3]))
                if fields[key][0] == 'NAME':
                    if text in seen:
                        self.fault(path, line, 'name "%s" stands twice' % text)
                    seen.add(text)

    def rules(self, path):
        """Source, date and kind of each rule of a case file."""
        with open(path, encoding='utf-8') as f:
            text = f.read()
        found = list(RULE.finditer(text))
        if not found:
            self.fault(path, 1, 'no rule')
        for m in found:
            self.n_rules += 1
            given = dict(re.findall(r'\b(source|date|kind) = "([^"]+)"', m.group(0)))
            line = text.count('\n', 0, m.start()) + 1
            if set(given) != {'source', 'date', 'kind'}:
                self.fault(path, line, 'rule %s lacks source, date or kind' % m.group(1))
            elif given['kind'] not in KINDS or not DATE.match(given['date']):
                self.fault(path, line, 'rule %s: kind "%s", date "%s"' % (m.group(1), given['kind'], given['date']))

    def wanted(self):
        for plural, words in (('accelerators', CHIPS), ('sites', SITES)):
            names = self.names.get((self.data, plural), ())
            for word in words:
                if not any(re.search(r'(^|-)%s(\d|$|-)' % word, n) for n in names):
                    self.fault(os.path.join(self.data, plural + '.csv'), 1, 'nothing for %s' % word)

    def published(self):
        """Published rows and the shapes and chips they name: unique names, each with its source, date and kind."""
        for name, key in (('training', 'id'), ('inference', 'id'), ('models', 'name'), ('accelerators', 'name')):
            path, seen = os.path.join(self.data, 'calibration', name + '.csv'), set()
            with open(path, encoding='utf-8', newline='') as f:
                rows = list(csv.DictReader(f))
            self.tables += 1
            for line, row in enumerate(rows, 2):
                self.rows += 1
                if not (row.get('source_url') or row.get('source')) or row['kind'] not in ('measured', 'official', 'reported', 'estimated'):
                    self.fault(path, line, 'no source, or kind "%s" is none' % row['kind'])
                if not DATE.match(row['date']) or row[key] in seen:
                    self.fault(path, line, '%s "%s": no date, or it stands twice' % (key, row[key]))
                seen.add(row[key])

    def foreign(self):
        """Names that others give accelerators: each is one of ours, or says why it is none, and stands once."""
        path, seen = os.path.join(self.data, 'import', 'accelerator_names.csv'), set()
        self.tables += 1
        with open(path, encoding='utf-8', newline='') as f:
            text = f.readlines()
        first = next(i for i, line in enumerate(text) if not line.startswith('#'))
        for line, row in enumerate(csv.DictReader(text[first:]), first + 2):
            self.rows += 1
            if row['accelerator'] not in self.names.get((self.data, 'accelerators'), ()) and (row['accelerator'] or not row['note']):
                self.fault(path, line, 'accelerator "%s" is none of ours, and no note says why' % row['accelerator'])
            if (row['name'].lower(), row['instance'].lower()) in seen:
                self.fault(path, line, 'name "%s": stands twice' % row['name'])
            seen.add((row['name'].lower(), row['instance'].lower()))

    def histories(self):
        """What happened in a rolling horizon: each row with its source, date and kind."""
        for folder, _, files in sorted(os.walk(os.path.join(self.data, 'cases'))):
            for name in sorted(n for n in files if n.startswith('roll_') and n.endswith('.csv')):
                path = os.path.join(folder, name)
                self.tables += 1
                with open(path, encoding='utf-8', newline='') as f:
                    rows = list(csv.DictReader(f))
                if not rows or os.path.relpath(path, self.data) not in self.sources:
                    self.fault(path, 1, 'empty, or SOURCES.md does not name it')
                for line, row in enumerate(rows, 2):
                    self.rows += 1
                    if not row.get('source') or not DATE.match(row.get('date') or '') or row.get('kind') not in KINDS:
                        self.fault(path, line, 'source, date or kind is missing')

    def run(self):
        self.published()
        for second in (False, True):
            for folder, plural, path in self.tables_of():
                if plural in self.kinds:
                    self.table(folder, plural, path, second)
                elif second:
                    self.fault(path, 1, 'file name is not a kind of table')
        self.wanted()
        self.foreign()
        self.histories()
        for folder, _, files in sorted(os.walk(os.path.join(self.data, 'cases'))):
            if 'case.cfg' in files:
                self.rules(os.path.join(folder, 'case.cfg'))
        for text in self.faults:
            print(text, file=sys.stderr)
        print('%d tables, %d rows, %d rules, %d faults' % (self.tables, self.rows, self.n_rules, len(self.faults)))
        return 1 if self.faults or self.tables == 0 else 0


if __name__ == '__main__':
    ROOT = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('STRAIT_SRCDIR', os.path.join(os.path.dirname(__file__), '..', '..'))
    sys.exit(Checker(ROOT).run())

# SPDX-License-Identifier: GPL-3.0-or-later
# strait-case(5) from the program's own list of fields:  strait fields --format csv | awk -f scripts/case_page.awk
# The list is CSV as in RFC 4180; no field holds a line break.

function cut(line, field,    n, i, c, quoted) {   # line into field[1..n]
    n = 1
    field[1] = ""
    quoted = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") {
            field[n] = field[n] c
            i++
        } else if (c == "\"") {
            quoted = !quoted
        } else if (c == "," && !quoted) {
            field[++n] = ""
        } else {
            field[n] = field[n] c
        }
    }
    return n
}

function text(s) {   # as roff wants it
    gsub(/\\/, "\\e", s)
    sub(/^[.']/, "\\\\\\&&", s)
    return s
}

function put(s) {   # words in lines of at most 78 characters
    while (length(s) > 78 && match(substr(s, 1, 79), /.* /)) {
        print text(substr(s, 1, RLENGTH - 1))
        s = substr(s, RLENGTH + 1)
    }
    print text(s)
}

NR == 1 {
    print ".\\\" SPDX-License-Identifier: GPL-3.0-or-later"
    print ".Dd November 22, 2026\n.Dt STRAIT-CASE 5\n.Os"
    print ".Sh NAME\n.Nm strait-case\n.Nd keys and columns of a strait case"
    print ".Sh DESCRIPTION"
    print "Each section is a table of the input, under the name it has in a case file"
    print "and in\n.Ic tables ."
    print "A key is also the column of a CSV file; one with a unit is written"
    print ".Ar key Ns Bq Ar unit"
    print "in the header, and other units of the same kind convert."
    print "CUR is the currency of the case."
    print "The first section holds the top-level keys of the case file."
    next
}

{
    cut($0, f)
    if (f[2] == "") {
        if (open)
            print ".El"
        print ".Ss " f[1]
        put(f[7] ".")
        print ".Bl -tag -width Ds"
        open = 1
        next
    }
    print ".It Ic " f[2] (f[4] == "" ? "" : " Bq " text(f[4]))
    put(f[7] ".")
    line = toupper(substr(f[3], 1, 1)) substr(f[3], 2)
    if (f[6] != "")
        line = line ": " f[6]
    if (f[5] == "required")
        line = line "; required"
    else if (f[5] != "")
        line = line "; default " f[5]
    put(line ".")
}

END {
    if (open)
        print ".El"
    print ".Sh SEE ALSO\n.Xr strait 1"
}

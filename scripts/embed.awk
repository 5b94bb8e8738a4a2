# SPDX-License-Identifier: GPL-3.0-or-later
# Tables of data/ as C, one string a line: awk -f embed.awk name=FILE ... > embedded.c
# Each argument pair NAME FILE is given as NAME=... FILE; lines with # in front and empty ones are left out.
BEGIN {
    print "/* SPDX-License-Identifier: GPL-3.0-or-later */"
    print "/* Written by scripts/embed.awk from tables of data/. */"
    print "#include \"input/built_in.h\"\n"
}
FNR == 1 {
    if (n > 0) print "};\n"
    names[++n] = name
    printf "static const char *const lines_%d[] = {\n", n
    count[n] = 0
}
/^#/ || /^[ \t\r]*$/ { next }
{
    sub(/\r$/, "")
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    gsub(/\?\?/, "?\\?")
    printf "    \"%s\",\n", $0
    count[n]++
}
END {
    print "};\n"
    print "const struct built_in built_in[] = {"
    for (i = 1; i <= n; i++) printf "    { \"%s\", lines_%d, %d },\n", names[i], i, count[i]
    print "    { NULL, NULL, 0 },\n};"
}

import Testing

/// Chapter 10: the recommended schemas.
@Suite struct Chapter10Tests {
    @Test(arguments: examples) func reads(example: Example) { example.check() }

    @Test func complete() { #expect(Example.areComplete(Self.examples, chapter: 10, count: 9)) }

    static let examples = [
        Example("10.1 !!map", "a: !!map\n  x: 1\n  y: z\nb: !!map { x: 1 }\n", "{a: {x: 1, y: 'z'}, b: {x: 1}}"),
        Example("10.2 !!seq", "a: !!seq\n- x\n- v\nb: !!seq [ x ]\n", "{a: ['x', 'v'], b: ['x']}"),
        Example("10.3 !!str", "a: !!str \"x\"\nb: !!str 12\nc: !!str |\n  y\n", "{a: 'x', b: '12', c: 'y\n'}"),
        Example("10.4 !!null", "!!null null: a\nb: !!null null\nc: !!null ''\n", "{null: 'a', b: null, c: null}"),
        Example("10.5 !!bool", "a: !!bool true\nb: !!bool \"FALSE\"\n", "{a: true, b: false}"),
        Example("10.6 !!int", "a: !!int -34\nb: !!int '0'\nc: !!int 0x1F\n", "{a: -34, b: 0, c: 31}"),
        Example("10.7 !!float", "a: !!float 1\nb: !!float 23e-2\nc: !!float -.INF\n", "{a: 1.0, b: 0.23, c: -inf}"),
        // Those of JSON are among those of the core schema, which also reads what JSON has not.
        Example(
            "10.8 JSON tag resolution",
            "a: null\nb: [ true, false ]\nc: [ 0, -0, 3, -19 ]\nd: [ 0., "
                + "-0.0, 12e+03, -2E+05 ]\ne: [ True, Null, 0o7, 0x3A, +12.3 ]\n",
            "{a: null, b: [true, false], c: [0, 0, 3, -19], d: [0.0, "
                + "-0.0, 12000.0, -200000.0], e: [true, null, 7, 58, 12.3]}",
            findings: ["SLW1017 4:16", "SLW1017 4:24", "SLW1017 5:18"]),
        Example(
            "10.9 core tag resolution",
            "a: null\nb:\nc: [ true, True, false, FALSE ]\nd: [ 0, 0o7, 0x3A, -19 ]\n"
                + "e: [ 0., -0.0, .5, +12e03, -2E+05 ]\nf: [ .inf, -.Inf, +.INF, .NAN ]\ng: ~\n",
            "{a: null, b: null, c: [true, true, false, false], d: [0, "
                + "7, 58, -19], e: [0.0, -0.0, 0.5, 12000.0, -200000.0], "
                + "f: [inf, -inf, inf, nan], g: null}", findings: ["SLW1017 4:9", "SLW1017 5:20", "SLW1017 5:28"]),
    ]
}

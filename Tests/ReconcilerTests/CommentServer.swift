import Foundation
import Testing

/// What GitHub and GitLab do with comments, as far as the pipelines use it: a list in pages, new ones, and changes.
///
/// It is gone with the value. The comments that somebody else wrote come first, a hundred of them.
final class CommentServer: Sendable {
    let address: String
    private let process: Process

    init() throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-u", "-c", Self.program]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        address = "http://127.0.0.1:\(try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines))))"
    }

    deinit { process.terminate() }

    /// Those that the token's owner wrote.
    func comments() throws -> [String] {
        let client = Process()
        let pipe = Pipe()
        client.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        client.arguments = ["--silent", "--fail", "\(address)/mine"]
        client.standardOutput = pipe
        try client.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        client.waitUntilExit()
        return try JSONDecoder().decode([String].self, from: data)
    }

    private static let program = """
        import http.server, json, urllib.parse

        comments = [
            {"id": n, "body": "<!-- slipway: not this one", "user": {"type": "User"}, "author": {"id": 1}}
            for n in range(100)
        ]
        comments[7]["body"] = "<!-- slipway: the plan of this pull request -->"
        comments[8]["body"] = "<!-- slipway: the plan of this merge request -->"

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                url = urllib.parse.urlparse(self.path)
                page = int(urllib.parse.parse_qs(url.query).get("page", ["1"])[0])
                if url.path == "/mine": return self.answer([c["body"] for c in comments[100:]])
                if not self.may(): return
                if url.path.endswith("/user"): return self.answer({"id": 2})
                self.answer(comments[100 * (page - 1):100 * page])

            def do_POST(self):
                if not self.may(): return
                body = self.body()
                comments.append({"id": len(comments), "body": body, "user": {"type": "Bot"}, "author": {"id": 2}})
                self.answer({}, 201)

            def do_PATCH(self):
                if not self.may(): return
                comment = comments[int(self.path.split("/")[-1])]
                comment["body"] = self.body()
                self.answer({})

            do_PUT = do_PATCH

            def may(self):
                tokens = [self.headers.get("Authorization"), self.headers.get("PRIVATE-TOKEN")]
                if "Bearer t0ken" in tokens or "t0ken" in tokens: return True
                self.answer({}, 401)

            def body(self):
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = urllib.parse.parse_qs(text) if "PRIVATE-TOKEN" in self.headers else json.loads(text)
                return form["body"][0] if isinstance(form["body"], list) else form["body"]

            def answer(self, value, status=200):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())

            def log_message(self, *arguments): pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port)
        server.serve_forever()
        """
}

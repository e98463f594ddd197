import Testing

/// An OCI layout that holds busybox, written as any tool would, for jobs whose images need no registry.
enum BusyboxLayout {
    /// - Parameter path: of the layout in the sandbox's repository; its image is called `v1`.
    static func write(to path: String, of sandbox: Sandbox) async throws {
        let made = try await sandbox.python(script, "\(sandbox.repository)/\(path)")
        try #require(made.status == 0, "\(made)")
    }

    private static let script = """
        import hashlib, io, json, os, platform, sys, tarfile
        root = sys.argv[1]
        os.makedirs(root + '/blobs/sha256', exist_ok=True)
        def blob(data, kind):
            digest = hashlib.sha256(data).hexdigest()
            open(root + '/blobs/sha256/' + digest, 'wb').write(data)
            return {'mediaType': 'application/vnd.oci.image.' + kind, 'digest': 'sha256:' + digest, 'size': len(data)}
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w') as tar:
            tar.add('/bin/busybox', arcname='bin/busybox')
            for name in ('cat', 'echo', 'sh', 'sleep', 'touch'):
                link = tarfile.TarInfo('bin/' + name)
                link.type, link.linkname = tarfile.SYMTYPE, 'busybox'
                tar.addfile(link)
        layer = blob(out.getvalue(), 'layer.v1.tar')
        machine = {'x86_64': 'amd64', 'aarch64': 'arm64'}[platform.machine()]
        config = blob(json.dumps({'os': 'linux', 'architecture': machine, 'config': {'Env': ['PATH=/bin']},
            'rootfs': {'type': 'layers', 'diff_ids': [layer['digest']]}}).encode(), 'config.v1+json')
        manifest = blob(json.dumps({'schemaVersion': 2, 'config': config, 'layers': [layer]}).encode(),
            'manifest.v1+json')
        manifest['annotations'] = {'org.opencontainers.image.ref.name': 'v1'}
        open(root + '/index.json', 'w').write(json.dumps({'schemaVersion': 2, 'manifests': [manifest]}))
        open(root + '/oci-layout', 'w').write('{"imageLayoutVersion": "1.0.0"}')
        """
}

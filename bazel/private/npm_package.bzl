"""An installed npm package, and what it needs."""

NpmPackageInfo = provider(
    doc = "What is known of an installed npm package.",
    fields = {
        "files": "(depset[File]) Its own files.",
        "package_name": "(string) Its name, for example \"@grpc/grpc-js\".",
        "transitive_files": "(depset[File]) Its own files and those of all packages that it needs.",
        "version": "(string) Its version, for example \"1.14.7\".",
    },
)

def _npm_package_impl(ctx):
    files = depset(transitive = [src[DefaultInfo].files for src in ctx.attr.srcs])
    transitive_files = depset(transitive = [files] + [dep[DefaultInfo].files for dep in ctx.attr.deps])
    return [
        DefaultInfo(files = transitive_files, runfiles = ctx.runfiles(transitive_files = transitive_files)),
        NpmPackageInfo(
            files = files,
            package_name = ctx.attr.package_name,
            transitive_files = transitive_files,
            version = ctx.attr.version,
        ),
    ]

npm_package = rule(
    doc = "A package that an `npm_repository` has installed, with `NpmPackageInfo`. The repository writes these.",
    implementation = _npm_package_impl,
    attrs = {
        # npm packages may need each other in a circle, which targets cannot: so this lists all, not only the next ones.
        "deps": attr.label_list(doc = "The files of the packages that it needs, of theirs too."),
        "package_name": attr.string(doc = "Its name. Example: `@grpc/grpc-js`.", mandatory = True),
        "srcs": attr.label_list(doc = "Its own files.", mandatory = True),
        "version": attr.string(doc = "Its version. Example: `1.14.7`.", mandatory = True),
    },
    provides = [NpmPackageInfo],
)

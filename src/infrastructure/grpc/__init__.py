"""Everything JTS says over gRPC. The stubs are in `generated`; scripts/generate_grpc_stubs.sh keeps them up to date."""

# Python puts the folder of a script on sys.path: for a script in src/infrastructure, `import grpc` comes here.
if __name__ == "grpc":
    raise ImportError(
        "`import grpc` found infrastructure/grpc instead of grpcio: put `src` on sys.path, not `src/infrastructure`;"
        " run a module of it by `python -m infrastructure.x` from `src`, not as a script"
    )

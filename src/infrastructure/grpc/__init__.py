"""Everything JTS says over gRPC. The stubs are in `generated`; scripts/generate_grpc_stubs.sh keeps them up to date."""

"""The MTProto half of the sandbox: one data centre on a loopback port."""

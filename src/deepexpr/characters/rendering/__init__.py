"""Drawing characters on the processor: pictures with exact landmarks."""

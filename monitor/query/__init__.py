"""One query language, forward (does this post satisfy it?) and backward (which posts did?); pure, without input or output."""

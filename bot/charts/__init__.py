"""Pictures of figures. They are drawn in a process of their own, since the library that draws takes as much memory as all the rest."""

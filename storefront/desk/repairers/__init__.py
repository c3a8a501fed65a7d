"""The chapter of the repairers: who applied, what to look at before customers see them, who is in and until when."""

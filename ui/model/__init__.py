"""The parts of the page of the model, from what is measured to markup. Pure."""

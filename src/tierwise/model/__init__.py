"""The model file: loaded strictly, checked whole, composed from the Specs of the stages."""

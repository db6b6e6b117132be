"""The chapters of the report, by the room of the stages that answers them."""

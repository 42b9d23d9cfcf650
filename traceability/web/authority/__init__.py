"""The recall: from any code to the tree both ways, to who holds what, to holding, recalling, counting and closing."""

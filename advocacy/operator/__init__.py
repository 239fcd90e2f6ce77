"""The operator's page and acts: for whoever hosts the installation, never for a company's people."""

throw new Error('no secret in the vault');

using PantryChain.Store;

return await StoreCommands.RunAsync(args); // run, init, invite, status

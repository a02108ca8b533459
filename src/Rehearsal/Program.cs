using System.CommandLine;
using PantryChain.Rehearsal.Commands;

// A world in a box: everything that a household and its cooperative need to be tried without hardware.
RootCommand root = new("Rehearses a household and its cooperative store without hardware.")
{
    UpCommand.Create(),         // everything, with member, clerk and courier
    ChainCommand.Create(),      // the rehearsal chain alone
};
return await CommandLine.RunAsync(root, args);

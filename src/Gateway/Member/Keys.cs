using PantryChain.Gateway.Configuration;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Gateway.Member;

/// <summary>The two keys of a data folder, with the next step in words where one is missing.</summary>
internal static class Keys
{
    /// <summary>The device's key; the caller disposes it.</summary>
    /// <exception cref="UserError">Missing, readable by others, or damaged.</exception>
    public static P256Key LoadDevice(DataFolder folder)
    {
        if (!File.Exists(folder.DeviceKey))
            throw new UserError($"{folder.DeviceKey} does not exist. Run './pantry gateway init --data {folder.Path}' to make the keys.");
        try
        {
            return P256Key.Load(folder.DeviceKey);
        }
        catch (IOException error)
        {
            throw new UserError(error.Message, error);
        }
    }

    /// <summary>The member's key, or null when the PIN is wrong; takes about a third of a second either way. The caller disposes it.</summary>
    /// <exception cref="UserError">Missing, readable by others, or damaged.</exception>
    public static P256Key? TryUnlockMember(DataFolder folder, Pin pin)
    {
        try
        {
            return MemberKeyFile.Open(folder.MemberKey, pin.Digits.ToString());
        }
        catch (IOException error)
        {
            throw new UserError(error.Message, error);
        }
    }
}
